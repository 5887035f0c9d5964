// The page's behaviour: shows the server's own word on its warmth, sends the
// photo, shows the result. Nothing is kept, nothing leaves but the photo.
const $ = (id) => document.getElementById(id);
const kMaxWaitSeconds = 110;
let current = 0;
let photo = null;

function showWarmth(status) {
  const seconds = Math.ceil((status.eta_ms ?? 0) / 1000);
  const words = {
    cold: 'The server sleeps; it wakes with your photo.',
    warming: status.eta_ms == null
      ? 'The server is warming up.'
      : `The server is warming up, about ${seconds} s to go.`,
    ready: 'The server is ready.',
    failed: `The server cannot warm up: ${status.reason ?? 'see its log'}`,
    draining: 'The server is shutting down.',
  };
  $('warmth').textContent = words[status.state] ?? status.state;
  $('warming').hidden = status.state !== 'warming';
  $('warming').value = status.progress ?? 0;
  // Of a server with one model there is nothing to choose.
  $('modes').hidden = (status.modes ?? []).length < 2;
}

function watch() {
  const events = new EventSource('/warmup');
  const show = (event) => showWarmth(JSON.parse(event.data));
  for (const name of ['progress', 'ready', 'failed']) {
    events.addEventListener(name, show);
  }
  events.onerror = () => {
    $('warmth').textContent = 'The server does not answer; trying again…';
  };
}

function fail(text) {
  $('message').textContent = text;
  $('message').hidden = false;
  $('pictures').hidden = true;
}

async function send() {
  if (!photo) return;
  const mine = ++current;
  $('message').hidden = true;
  $('pictures').hidden = false;
  $('after').hidden = true;
  $('download').hidden = true;
  $('timing').textContent = 'working…';
  URL.revokeObjectURL($('before').src);
  $('before').hidden = false;
  $('original').textContent = 'before';
  $('before').src = URL.createObjectURL(photo);
  const form = new FormData();
  form.append('image', photo);
  form.append('output', $('output').value);
  form.append('format', $('format').value);
  form.append('crop', $('crop').checked ? 'true' : 'false');
  if (!$('modes').hidden) form.append('mode', $('mode').value);
  form.append('max_wait', String(kMaxWaitSeconds));
  const start = performance.now();
  try {
    const reply = await fetch('/api/v2/process', {method: 'POST', body: form});
    if (mine !== current) return;
    if (!reply.ok) {
      const problem = await reply.json().catch(() => ({}));
      fail(problem.detail ?? `The server answered ${reply.status}.`);
      return;
    }
    URL.revokeObjectURL($('after').src);
    const url = URL.createObjectURL(await reply.blob());
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    $('after').src = url;
    $('after').hidden = false;
    $('timing').textContent =
      reply.headers.get('X-Prewarm-Empty-Scene') === 'true'
        ? `${seconds} s: nothing stands out in this photo`
        : `cut out in ${seconds} s`;
    $('download').href = url;
    $('download').download = `cutout.${$('format').value}`;
    $('download').hidden = false;
  } catch {
    if (mine === current) fail('The server could not be reached.');
  }
}

// Few browsers show HEIC; the server reads it all the same.
$('before').addEventListener('error', () => {
  $('before').hidden = true;
  $('original').textContent = 'before: your browser cannot show this format';
});
$('file').addEventListener('change', () => {
  photo = $('file').files[0] ?? null;
  send();
});
for (const id of ['output', 'format', 'mode', 'crop']) {
  $(id).addEventListener('change', send);
}
const drop = $('drop');
drop.addEventListener('keydown', (event) => {
  if (event.target === drop && (event.key === 'Enter' || event.key === ' ')) {
    event.preventDefault();
    $('file').click();
  }
});
for (const name of ['dragover', 'dragleave', 'drop']) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', name === 'dragover');
    if (name === 'drop' && event.dataTransfer.files.length > 0) {
      photo = event.dataTransfer.files[0];
      send();
    }
  });
}
$('form').addEventListener('submit', (event) => event.preventDefault());
watch();
