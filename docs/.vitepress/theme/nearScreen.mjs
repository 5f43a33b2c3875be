// What a page fetches and draws when the reader comes near it.
import { onBeforeUnmount, onMounted } from 'vue';

/** Calls `open` once, when the element in the ref `place` comes near the screen. */
export function whenNear(place, open) {
  let observer;
  onMounted(() => {
    observer = new IntersectionObserver(
      (entries) => {
        // A busy page hands over several at once: far away when it opened, near since.
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        open();
      },
      { rootMargin: '600px' },
    );
    observer.observe(place.value);
  });
  onBeforeUnmount(() => observer?.disconnect());
}
