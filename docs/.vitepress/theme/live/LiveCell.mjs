// A cell of code that the reader can run and edit. Until it is run, what the notebook printed and drew stands below it. An exercise says
// whether it is solved, and has its solution at hand. A cell that only draws is folded: its figure is there, its code on request.
import { computed, h, nextTick, onBeforeUnmount, onMounted, ref, watch } from 'vue';
import { saysRight } from '../../../../notebooks/tools/verdict.mjs';
import { hashOf } from './edits.mjs';
import { LiveOutputs } from './LiveOutputs.mjs';
import { printedText } from './outputs.mjs';
import { usePageSession } from './pageSession.mjs';

const duration = (seconds) => (seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`);

export const LiveCell = {
  props: { cell: { type: Number, required: true }, exercise: Boolean, folded: Boolean },
  setup({ cell: index, exercise, folded }, { slots }) {
    const session = usePageSession();
    const cell = computed(() => session.state.cells[index]);
    const isBusy = computed(() => ['running', 'waiting'].includes(cell.value?.state));
    const isEdited = computed(() => cell.value !== undefined && cell.value.text !== cell.value.source);
    const isMounted = ref(false);
    const isOpen = ref(false);
    const isUnfolded = ref(false);
    let editor;
    const editorPlace = ref();
    const said = ref('');

    const isOutdated = computed(() => session.isOutdated(index));
    const isSolved = computed(() => exercise && cell.value?.outputs && saysRight(printedText(cell.value.outputs)));
    const status = computed(() => {
      if (said.value) return said.value;
      const { state: name, seconds } = cell.value ?? {};
      if (isOutdated.value) return 'outdated';
      if (name === 'done' && exercise) return isSolved.value ? 'right' : 'not yet right';
      if (name === 'done') return `ran ${duration(seconds)}`;
      const texts = { waiting: 'waits', running: 'runs …', failed: 'error', stopped: 'stopped' };
      return texts[name] ?? (isEdited.value ? 'edited' : '');
    });

    const run = () => session.run(index);

    async function edit() {
      try {
        await session.load();
        const { openEditor } = await import('./editor.mjs');
        if (isOpen.value) return;
        isOpen.value = true;
        isUnfolded.value = true;
        await nextTick();
        editor = openEditor(editorPlace.value, cell.value.text, {
          label: `Cell ${index + 1}`,
          onChange: (text) => session.edit(index, text),
          onRun: run,
        });
      } catch (error) {
        say(`no editor: ${error.message}`);
      }
    }

    /** In the reader's editor, which can undo it. */
    async function solve() {
      await edit();
      editor?.replace(cell.value.solved);
    }

    function say(text) {
      said.value = text;
      setTimeout(() => {
        said.value = '';
      }, 3000);
    }

    function reset() {
      session.reset(index);
      editor?.destroy();
      editor = undefined;
      isOpen.value = false;
    }

    async function share() {
      const { origin, pathname } = location;
      const address = `${origin}${pathname}${await hashOf(index, cell.value.text)}`;
      try {
        await navigator.clipboard.writeText(address);
        say('link copied');
      } catch {
        location.hash = new URL(address).hash;
        say('the address now has it');
      }
    }

    onMounted(() => {
      isMounted.value = true;
    });
    // Edits of the last visit, or of a link, are shown as soon as they are known.
    watch(isEdited, (edited) => {
      if (edited && !isOpen.value) edit();
    });
    onBeforeUnmount(() => editor?.destroy());

    const button = (text, label, onClick) =>
      h(
        'button',
        { type: 'button', onClick, 'aria-label': `${label} cell ${index + 1}`, disabled: !isMounted.value },
        text,
      );

    const code = () => [
      h('div', { class: 'live-code', hidden: isOpen.value }, slots.default?.()),
      h('div', { ref: editorPlace, class: 'live-editor', hidden: !isOpen.value }),
    ];
    const onToggle = (event) => {
      isUnfolded.value = event.target.open;
    };
    const fold = () =>
      h('details', { class: 'live-fold', open: isUnfolded.value, onToggle }, [
        h('summary', 'Code of this figure'),
        ...code(),
      ]);

    return () =>
      h('div', { class: ['live-cell', cell.value?.state ?? 'idle', isOutdated.value ? 'outdated' : ''] }, [
        ...(folded ? [fold()] : code()),
        h('div', { class: 'live-tools', role: 'group', 'aria-label': `Cell ${index + 1}` }, [
          isBusy.value ? button('Stop', 'Stop', () => session.stop()) : button('Run', 'Run', run),
          isOpen.value ? undefined : button('Edit', 'Edit', edit),
          exercise ? button('Solution', 'Put in the solution of', solve) : undefined,
          isEdited.value || cell.value?.outputs ? button('Reset', 'Reset', reset) : undefined,
          isEdited.value ? button('Link', 'Copy a link to the text of', share) : undefined,
          h('span', { class: ['live-status', isSolved.value ? 'right' : ''], role: 'status' }, status.value),
        ]),
        cell.value?.outputs ? h(LiveOutputs, { cell: cell.value }) : slots.outputs?.(),
      ]);
  },
};
