// For a page without modules: one plain <script>, `Prewarm` as a global.
import {defineElement} from './element.js';

export {Storefront} from './storefront.js';
export {languages} from './words.js';
export {defineElement};

const script = /** @type {HTMLScriptElement|null} */ (document.currentScript);
defineElement(new URL('resize_worker.js', script ? script.src : location.href)
  .href);
