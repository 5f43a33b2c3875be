// What concerns the whole page: run all, stop, start anew, the reader's own images, and the notebook as a file.
import { h, onBeforeUnmount, onMounted, ref } from 'vue';
import { editOfHash, hasEdits } from './edits.mjs';
import { leavePage, usePageSession } from './pageSession.mjs';

/** Largest file that a reader may hand over, bytes. */
const largest = 50e6;

export const LiveBar = {
  setup() {
    const session = usePageSession();
    const isMounted = ref(false);
    const isOver = ref(false);
    const problem = ref('');
    const input = ref();

    async function take(files) {
      problem.value = '';
      for (const file of files) {
        if (file.size > largest) {
          problem.value = `${file.name}: expected at most 50 MB, got ${(file.size / 1e6).toFixed(0)} MB`;
          continue;
        }
        await session.addFile(file.name.replaceAll(/[\\/]/g, '_'), new Uint8Array(await file.arrayBuffer()));
      }
    }

    async function download() {
      const text = `${JSON.stringify(await session.notebook(), undefined, 1)}\n`;
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([text], { type: 'application/x-ipynb+json' }));
      link.download = `${session.slug}.ipynb`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    }

    /** Edits of the last visit, and that of a link, are shown; what was never edited is not fetched. */
    async function showEdits() {
      const linked = await editOfHash(location.hash);
      if (!linked && !hasEdits(session.slug)) return;
      await session.load();
      if (linked && session.state.cells[linked.index]) session.edit(linked.index, linked.text);
    }

    const drop = {
      onDragover: (event) => {
        event.preventDefault();
        isOver.value = true;
      },
      onDragleave: () => {
        isOver.value = false;
      },
      onDrop: (event) => {
        event.preventDefault();
        isOver.value = false;
        take(event.dataTransfer.files);
      },
    };

    onMounted(() => {
      isMounted.value = true;
      showEdits().catch(() => {});
    });
    onBeforeUnmount(() => leavePage(session));

    const texts = {
      off: 'Every cell runs here, in your browser: change it, and see what becomes of it.',
      starting: 'The kernel is fetched …',
      ready: 'The kernel is ready',
      running: 'The kernel runs a cell',
      stopping: 'It stops …',
      failed: 'There is no kernel',
    };
    const button = (text, onClick, disabled = false) =>
      h('button', { type: 'button', onClick, disabled: disabled || !isMounted.value }, text);

    return () => {
      const { status, device, problem: failure, notice, own } = session.state;
      const isRunning = status === 'running' || status === 'stopping';
      const names = own.map((name) => h('code', `readImage('${name}')`));
      return h(
        'div',
        {
          class: ['live-bar', isOver.value ? 'over' : ''],
          role: 'group',
          'aria-label': 'The whole notebook',
          'data-status': status,
          ...drop,
        },
        [
          h('div', { class: 'live-tools' }, [
            isRunning
              ? button('Stop', () => session.stop(), status === 'stopping')
              : button('Run all', () => session.runAll(), status === 'starting'),
            button('Restart', () => session.restart(), status === 'off' || status === 'starting'),
            button('Your own images', () => input.value.click()),
            button('Download .ipynb', download),
          ]),
          h('input', {
            ...{ ref: input, type: 'file', accept: 'image/*', multiple: true, hidden: true, tabindex: -1 },
            ...{ 'aria-label': 'Your own images', onChange: ({ target }) => take(target.files) },
          }),
          h('p', { role: 'status' }, [
            texts[status],
            device && status !== 'off' ? ` (${device})` : '',
            failure && status === 'failed' ? `: ${failure}` : '',
            notice ? ` ${notice}` : '',
          ]),
          problem.value ? h('p', { role: 'alert' }, problem.value) : undefined,
          names.length > 0
            ? h('p', [
                'They stay on this machine. A cell reads them with ',
                ...names.flatMap((name, i) => (i ? [', ', name] : [name])),
                '.',
              ])
            : undefined,
        ],
      );
    };
  },
};
