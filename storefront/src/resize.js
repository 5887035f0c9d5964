// Photos that are larger than anything that is made of them are made smaller
// before they travel.

const kTooLongMillis = 20000;

/** @param {string} url @returns {Worker} */
function open(url) {
  if (new URL(url).origin === location.origin) {
    return new Worker(url, {type: 'module'});
  }
  // A worker has to come from the page's own origin; what it imports need not.
  const code = URL.createObjectURL(
    new Blob([`importScripts(${JSON.stringify(url)})`]));
  const worker = new Worker(code);
  URL.revokeObjectURL(code);
  return worker;
}

/**
 * @param {Blob} blob
 * @param {string} type its media type
 * @param {number} maxSide in pixels
 * @param {string} workerUrl
 * @returns {Promise<Blob>} the same one where it is small enough, or where this
 *     browser cannot read it
 */
export function shrink(blob, type, maxSide, workerUrl) {
  // Few browsers decode them.
  if (type === 'image/heic' || typeof OffscreenCanvas === 'undefined') {
    return Promise.resolve(blob);
  }
  return new Promise((resolve) => {
    /** @type {Worker|null} */
    let worker = null;
    const finish = (/** @type {Blob} */ result) => {
      clearTimeout(timer);
      if (worker) worker.terminate();
      resolve(result);
    };
    const timer = setTimeout(() => finish(blob), kTooLongMillis);
    try {
      worker = open(workerUrl);
      worker.onmessage = ({data}) => finish(data.blob || blob);
      worker.onerror = () => {
        console.warn(`Prewarm: photos are sent in full, without ${workerUrl}`);
        finish(blob);
      };
      worker.postMessage({blob, maxSide,
        // A format with transparency for what may have some.
        type: type === 'image/jpeg' ? type : 'image/webp'});
    } catch {
      finish(blob);
    }
  });
}
