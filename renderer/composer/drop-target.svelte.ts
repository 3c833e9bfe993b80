import type { AttachmentSource, Bridge } from '../../preload/contract/bridge.ts';
import { draggedFiles, droppedSources } from './sources.ts';

export interface DropTargetOptions {
  /** Whether files can be dropped here now. */
  readonly accepts: () => boolean;
  readonly host: () => Bridge['host'];
  /** Given what was dropped, which is still being read. */
  readonly take: (sources: Promise<readonly AttachmentSource[]>) => void;
}

/** A part of the window on which files can be dropped: its handlers, and what is over it now. What it refuses, others may take. */
export class DropTarget {
  /** Files over it, 0 where the browser does not say how many; null: none. */
  files = $state<number | null>(null);
  readonly #options: DropTargetOptions;

  constructor(options: DropTargetOptions) {
    this.#options = options;
  }

  readonly ondragover = (event: DragEvent): void => {
    const files = this.#options.accepts() ? draggedFiles(event.dataTransfer) : null;
    if (files === null || event.dataTransfer === null) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = 'copy';
    this.files = files;
  };

  /** Between its own parts nothing leaves it. */
  readonly ondragleave = ({ currentTarget, relatedTarget }: DragEvent): void => {
    const inside = relatedTarget instanceof Node && currentTarget instanceof Node;
    if (!inside || !currentTarget.contains(relatedTarget)) this.files = null;
  };

  readonly ondrop = (event: DragEvent): void => {
    if (event.dataTransfer === null || this.files === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.files = null;
    this.#options.take(droppedSources(event.dataTransfer, this.#options.host()));
  };
}
