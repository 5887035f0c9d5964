// A cut-out without the empty edge around it: printed as large as the mug allows.
const kMostPixels = 900;  // of a side; the mug on the page is no larger
const kVisible = 24;      // alpha of 255; below it is a shadow of a halo

// The box around what can be seen of RGBA pixels; null where nothing is.
export function boxOf(pixels, width, height) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      if (pixels[(y * width + x) * 4 + 3] < kVisible) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? null
    : {left, top, width: right - left + 1, height: bottom - top + 1};
}

function canvasOf(width, height) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

// The picture itself where it cannot be drawn, or there is nothing to take off.
export async function trimmed(blob) {
  try {
    const bitmap = await createImageBitmap(blob);
    const scale = Math.min(1, kMostPixels / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const canvas = canvasOf(width, height);
    const context = canvas.getContext('2d', {willReadFrequently: true});
    context.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    const box = boxOf(context.getImageData(0, 0, width, height).data, width, height);
    if (!box) return blob;
    const cut = canvasOf(box.width, box.height);
    cut.getContext('2d').drawImage(canvas, -box.left, -box.top);
    return await new Promise((done) => cut.toBlob((one) => done(one ?? blob)));
  } catch {
    return blob;
  }
}
