// prewarm-storefront: uploads that wait for a server that is warming up.
// Importing it makes <prewarm-upload> known.
import {defineElement} from './element.js';

export {Storefront} from './storefront.js';
export {languages} from './words.js';
export {defineElement};

// Where pages are made on a server there is nothing to define.
if (typeof customElements !== 'undefined') {
  defineElement(new URL('./resize_worker.js', import.meta.url).href);
}
