/**
 * Gives the focus back once a dialog is gone. For dialogs that are mounted open: Mantine's own way
 * back knows only those that were closed when they were mounted.
 * @param opener what opened it; null when that goes, as the button of a deleted row does
 * @param fallbackId takes the focus then
 */
export function focusBack(opener: HTMLElement | null, fallbackId = "main"): void {
  setTimeout(() => {
    const target = opener?.isConnected ? opener : document.getElementById(fallbackId);
    target?.focus({ preventScroll: true });
  });
}
