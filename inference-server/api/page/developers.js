// The fold for developers: options of the element, and the server's own word on
// its state.
const $ = (id) => document.getElementById(id);

export function developers(upload) {
  const apply = () => {
    upload.setAttribute('output', $('output').value);
    upload.setAttribute('format', $('format').value);
    upload.toggleAttribute('crop', $('crop').checked);
    // Of a server with one model there is nothing to choose.
    if (!$('modes').hidden) upload.setAttribute('mode', $('mode').value);
  };
  for (const id of ['output', 'format', 'mode', 'crop']) {
    $(id).addEventListener('change', apply);
  }
  upload.addEventListener('prewarm-warmth', ({detail}) => {
    $('state').textContent = detail.reason
      ? `${detail.state}: ${detail.reason}` : detail.state;
  });
  // Which modes there are is known when a model was read; nobody else cares.
  $('developers').addEventListener('toggle', async () => {
    if (!$('developers').open) return;
    try {
      const {modes} = await (await fetch('/warmup')).json();
      $('modes').hidden = (modes ?? []).length < 2;
    } catch {
      // The server is away; the element says so.
    }
  });
}
