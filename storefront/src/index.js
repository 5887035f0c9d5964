// prewarm-storefront: uploads that wait for a server that is warming up.
// Importing it makes <prewarm-upload> known.
import {defineElement} from './element.js';

export {Storefront} from './storefront.js';
export {languages} from './words.js';
export {defineElement};

defineElement(new URL('./resize_worker.js', import.meta.url).href);
