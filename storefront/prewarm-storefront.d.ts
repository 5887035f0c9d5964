// What TypeScript knows of the package.
import {Storefront} from './types/storefront.js';

export * from './types/index.js';

type Warmth = import('./types/warmth.js').Warmth;
type PhotoView = import('./types/storefront.js').PhotoView;

export interface PhotoResult {
  id: string;
  name: string;
  /** What was sent: made smaller, if it was larger than `max-side`. */
  original: Blob;
  blob: Blob;
  emptyScene: boolean;
  seconds: number;
  /** It was there when the page was loaded. */
  restored: boolean;
}

export interface PhotoError {
  /** null: it was not taken. */
  id: string | null;
  name: string;
  code: string;
  message: string | null;
}

export interface PrewarmUpload extends HTMLElement {
  /** Words of the shop's own, before it is on the page. */
  texts?: import('./types/words.js').Texts;
  readonly storefront: Storefront | null;
  /** @returns those that are no photo */
  add(files: Iterable<File>): Promise<{name: string; error: string}[]>;
}

interface PrewarmEvents {
  'prewarm-warmth': CustomEvent<Warmth>;
  'prewarm-queue': CustomEvent<{photos: PhotoView[]}>;
  'prewarm-result': CustomEvent<PhotoResult>;
  'prewarm-error': CustomEvent<PhotoError>;
}

declare global {
  interface HTMLElementTagNameMap {
    'prewarm-upload': PrewarmUpload;
  }
  interface HTMLElementEventMap extends PrewarmEvents {}
  interface DocumentEventMap extends PrewarmEvents {}
}
