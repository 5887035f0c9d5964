// Makes photos smaller beside the page, so that it stays quick. Receives
// {blob, maxSide, type}, answers {blob}, or {} to send the photo as it is.
import {fit} from './file_kind.js';

/** Upright, and without what the camera wrote about the place. */
const kOptions = /** @type {const} */ ({imageOrientation: 'from-image'});

self.onmessage = async ({data}) => {
  let answer = {};
  try {
    const picture = await createImageBitmap(data.blob, kOptions);
    const size = fit(picture.width, picture.height, data.maxSide);
    if (size) {
      const canvas = new OffscreenCanvas(size.width, size.height);
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
        canvas.getContext('2d'));
      context.imageSmoothingQuality = 'high';
      context.drawImage(picture, 0, 0, size.width, size.height);
      answer = {blob: await canvas.convertToBlob(
        {type: data.type, quality: 0.92})};
    }
    picture.close();
  } catch {
    // What this browser cannot decode (HEIC), the server can.
  }
  self.postMessage(answer);
};
