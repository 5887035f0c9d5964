// What kind of picture a file is, by its first bytes: its name and its type are
// only what somebody called it. Pure.

/** The server's formats. */
export const kAccept =
  'image/jpeg,image/png,image/webp,image/heic,image/heif,image/avif,' +
  '.jpg,.jpeg,.png,.webp,.heic,.heif,.avif';

const kBrands = ['avif', 'avis', 'heic', 'heix', 'heim', 'heis', 'mif1'];

/**
 * @param {Uint8Array} head the first 16 bytes
 * @returns {string|null} its media type; null: the server reads no such file
 */
export function kindOf(head) {
  const at = (/** @type {number} */ begin, /** @type {number} */ end) =>
    String.fromCharCode(...head.subarray(begin, end));
  if (at(0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (at(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (at(0, 4) === 'RIFF' && at(8, 12) === 'WEBP') return 'image/webp';
  if (at(4, 8) === 'ftyp' && kBrands.includes(at(8, 12))) {
    return at(8, 11) === 'avi' ? 'image/avif' : 'image/heic';
  }
  return null;
}

/**
 * The size at which a photo is sent.
 * @param {number} width @param {number} height @param {number} maxSide
 * @returns {{width: number, height: number}|null} null: as it is
 */
export function fit(width, height, maxSide) {
  const scale = maxSide / Math.max(width, height);
  return scale >= 1 ? null : {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}
