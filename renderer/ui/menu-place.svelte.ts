/** Where something is on the screen, as far as a menu has to know it. */
interface Anchor {
  getBoundingClientRect(): DOMRect;
}

/** What has a menu of the system's own. */
const systemsOwn = 'a[href], input, textarea, select';

/** The other button of a mouse, as events number buttons; the context-menu key and Shift+F10 have none. */
const [otherButton, noButton] = [2, -1];

/**
 * Whether a menu is open, and where: at its usual place, or where somebody asked for it with the other button of the mouse,
 * the context-menu key or Shift+F10. Selected text, links and fields keep the menu that the system has for them.
 */
export class MenuPlace {
  open = $state(false);
  /** Null: its usual place. */
  anchor = $state.raw<Anchor | null>(null);
  /** What it was asked for at; null: at its button. */
  at = $state.raw<Element | null>(null);
  #area: Element | null = null;
  #before: Element | null = null;
  #afterwards: (() => void) | null = null;
  #press: { readonly onSelection: boolean; readonly focused: Element | null } | null = null;

  /** Hears a press before it selects a word or takes the focus. */
  readonly onmousedown = (event: MouseEvent): void => {
    this.#press = { onSelection: isOnSelection(event), focused: document.activeElement };
  };

  /** Opens where it was asked for; by keyboard at `usual`. False where the system's menu is asked for. */
  ask(event: MouseEvent & { readonly currentTarget: Element }, usual: Anchor | null = null): boolean {
    const press = this.#press;
    this.#press = null;
    const target = event.target instanceof Element ? event.target : null;
    if (press?.onSelection === true || target?.closest(systemsOwn) !== null) {
      this.open = false;
      return false;
    }
    event.preventDefault();
    if (!this.open) this.#before = press?.focused ?? document.activeElement;
    this.#area = event.currentTarget;
    this.at = target;
    const point = DOMRect.fromRect({ x: event.clientX, y: event.clientY });
    this.anchor = event.button === noButton ? usual : { getBoundingClientRect: () => point };
    this.open = true;
    return true;
  }

  /** Opens at its usual place. */
  openAtButton(): void {
    this.anchor = null;
    this.at = null;
    this.#before = null;
  }

  /** Hears of every press while it is open: what asks for another menu closes this one, or moves it where it is asked again. */
  closeFor({ button, target }: PointerEvent): void {
    const elsewhere = !(target instanceof Node) || this.#area?.contains(target) !== true;
    if (button === otherButton && elsewhere) this.open = false;
  }

  /** Does what an item says as soon as the menu has given the focus back: it may move the focus itself. */
  afterwards(action: () => void): void {
    this.#afterwards = action;
  }

  /** Whoever was elsewhere when they asked goes on there; otherwise its button takes the focus. */
  readonly onCloseAutoFocus = (event: Event): void => {
    const [before, afterwards] = [this.#before, this.#afterwards];
    [this.#before, this.#afterwards] = [null, null];
    if (afterwards !== null) queueMicrotask(afterwards);
    if (!(before instanceof HTMLElement) || before === document.body || !before.isConnected) return;
    event.preventDefault();
    before.focus({ preventScroll: true });
  };
}

/** Whether text was selected where somebody pressed. */
function isOnSelection({ clientX: x, clientY: y }: MouseEvent): boolean {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed) return false;
  return [...selection.getRangeAt(0).getClientRects()].some(
    ({ left, right, top, bottom }) => left <= x && x <= right && top <= y && y <= bottom,
  );
}
