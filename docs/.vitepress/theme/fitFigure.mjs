// Figures are laid out for a notebook's width. On a phone the legend moves above, buttons below the slider, and margins shrink.

const narrow = 520;
/** Characters of a title in a line of a phone. */
const lineLength = 42;

/** Changes the layout of a figure that is to be `width` px wide. */
export function fitFigure({ data, layout }, width) {
  if (width >= narrow) return;
  const { margin = {} } = layout;
  layout.margin = { ...margin, l: Math.min(margin.l ?? 50, 36), r: Math.min(margin.r ?? 20, 8) };
  if (layout.title?.text)
    layout.title = { ...layout.title, text: broken(layout.title.text), font: { ...layout.title.font, size: 13 } };
  const named = data.filter(({ name, showlegend }) => name && showlegend !== false);
  if (layout.showlegend !== false && named.length > 1) {
    const rows = Math.ceil(new Set(named.map(({ name }) => name)).size / 3);
    layout.legend = {
      ...layout.legend,
      orientation: 'h',
      x: 0,
      xanchor: 'left',
      y: 1,
      yanchor: 'bottom',
      font: { size: 10 },
    };
    layout.margin.t = (margin.t ?? 60) + 14 * rows;
  }
  const [slider] = layout.sliders ?? [];
  const [menu] = layout.updatemenus ?? [];
  if (slider && menu) {
    Object.assign(slider, { x: 0, len: 1 });
    menu.pad = { ...menu.pad, t: (menu.pad?.t ?? 0) + 60 };
    layout.margin.b = (layout.margin.b ?? 45) + 60;
    layout.height = (layout.height ?? 400) + 60;
  }
}

function broken(title) {
  const lines = [''];
  for (const word of title.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length > lineLength) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.join('<br>');
}
