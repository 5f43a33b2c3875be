// What runs in the browser, as plain JavaScript text: it finds Plotly without a network and draws the figure in place of what stands
// there until then.
//
// Where it looks, in this order:
//   1. `window.Plotly`, where the page has it (a standalone page, the docs site) or an earlier figure has loaded it;
//   2. `window.detsegPlotlyUrl`, where the page names it;
//   3. in Jupyter, the server's own files: node_modules beside the server's root and beside each folder above the notebook;
//   4. elsewhere, node_modules beside the page and up to three folders above it: a page exported next to its notebook.
// Jupyter runs the script when the cell is executed or the notebook is trusted. In a notebook that is not, it removes the script and
// shows the rest: small images where the figure has images, and a sentence.

/** Called as `(figure, darkTemplate, id)`. */
export const loader = `function (figure, darkTemplate, id) {
  var script = document.currentScript;
  var box = script && script.previousElementSibling;
  if (!box || box.getAttribute('data-detseg') !== id) {
    box = document.querySelector('[data-detseg="' + id + '"]:not([data-detseg-drawn])');
  }
  if (!box) return;
  box.setAttribute('data-detseg-drawn', '');
  // Room for the figure, so that the page below does not jump; where no script runs the image keeps its own height.
  box.style.minHeight = (figure.layout.height || 400) + 'px';

  function addresses() {
    var file = 'node_modules/plotly.js-dist/plotly.js';
    var list = window.detsegPlotlyUrl ? [window.detsegPlotlyUrl] : [];
    var base = document.body.getAttribute('data-base-url');
    var settings = document.getElementById('jupyter-config-data');
    if (settings) {
      try {
        base = JSON.parse(settings.textContent).baseUrl || base;
      } catch (error) {}
    }
    if (base) {
      var path = /\\/(?:tree|notebooks|edit)\\/(.*)$/.exec(location.pathname);
      var folders = path ? path[1].split('/').slice(0, -1) : [];
      for (var n = 0; n <= folders.length; n++) {
        list.push(new URL([base + 'files'].concat(folders.slice(0, n), file).join('/').replace(/\\/\\/+/g, '/'), location.origin).href);
      }
    } else {
      ['../', '', '../../', '../../../'].forEach(function (up) {
        list.push(new URL(up + file, document.baseURI).href);
      });
    }
    return list;
  }

  function load(list) {
    if (window.Plotly) return Promise.resolve(window.Plotly);
    if (list.length === 0) return Promise.reject(new Error('not found'));
    return new Promise(function (resolve, reject) {
      var element = document.createElement('script');
      // Where the page has require.js, modules inside the bundle would register themselves there.
      var amd = window.define && window.define.amd;
      if (amd) window.define.amd = undefined;
      function done() {
        if (amd) window.define.amd = amd;
        if (window.Plotly) resolve(window.Plotly);
        else load(list.slice(1)).then(resolve, reject);
      }
      element.onload = done;
      element.onerror = done;
      element.src = list[0];
      document.head.appendChild(element);
    });
  }

  window.detsegPlotly = window.detsegPlotly || load(addresses());
  window.detsegPlotly.then(function (Plotly) {
    var dark = document.body.getAttribute('data-jp-theme-light') === 'false' || document.documentElement.classList.contains('dark');
    if (dark) figure.layout.template = darkTemplate;
    var target = document.createElement('div');
    box.prepend(target);
    return Plotly.newPlot(target, figure).then(function () {
      box.replaceChildren(target);
    });
  }).catch(function (error) {
    window.detsegPlotly = undefined;
    var text = box.querySelector('p');
    if (text) text.textContent = 'This figure could not be drawn (Plotly: ' + error.message + '). Run "npm ci" in the repository and open the notebook from inside it.';
  });
}`;
