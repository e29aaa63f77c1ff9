// Photos: sent one by one with progress, ordered by dragging. The page does all of it without this script.
const upload = document.querySelector('[data-upload]');
upload?.addEventListener('submit', async e => {
  const files = [...upload.querySelector('input[type=file]').files];
  if (files.length === 0) return;
  e.preventDefault();
  const report = upload.querySelector('[data-report]'), button = upload.querySelector('button');
  report.hidden = false;
  report.replaceChildren();
  if (files.length > Number(upload.dataset.most)) {
    line(report, '').end(upload.dataset.many, false);
    return;
  }
  button.disabled = true;
  const lines = files.map(file => line(report, file.name));
  let added = 0;
  for (const [i, file] of files.entries()) added += await send(file, lines[i]);
  button.disabled = false;
  if (added === files.length) location.reload();
  else if (added > 0) upload.querySelector('[data-again]').hidden = false;
});

function line(report, name) {
  const item = document.createElement('li'), title = document.createElement('bdi'), bar = document.createElement('progress'), text = document.createElement('span');
  title.textContent = name;
  title.className = 'text-break';
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute('aria-label', name);
  item.append(title, bar, text);
  report.append(item);
  return {
    bar,
    end(words, good) {
      bar.remove();
      text.textContent = words;
      text.className = good ? 'mute' : 'field-error mt-0';
      return good ? 1 : 0;
    },
  };
}

function send(file, row) {
  if (file.size > Number(upload.dataset.bytes)) return row.end(upload.dataset.heavy, false);
  return new Promise(done => {
    const request = new XMLHttpRequest(), form = new FormData();
    form.append('__RequestVerificationToken', upload.elements.__RequestVerificationToken.value);
    form.append('files', file);
    request.open('POST', upload.action);
    request.setRequestHeader('Accept', 'application/json');
    request.responseType = 'json';
    // Received is not yet done: the sizes are being made.
    request.upload.onprogress = e => { if (e.loaded < e.total) row.bar.value = e.loaded / e.total; else row.bar.removeAttribute('value'); };
    request.onload = () => done(row.end(request.response?.text ?? upload.dataset.lost, request.status === 200));
    request.onerror = () => done(row.end(upload.dataset.lost, false));
    request.send(form);
  });
}

const list = document.querySelector('[data-order]');
let dragged;
list?.addEventListener('dragstart', e => {
  dragged = e.target.closest('[data-photo]');
  e.dataTransfer.effectAllowed = 'move';
});
list?.addEventListener('dragover', e => {
  const over = e.target.closest('[data-photo]');
  if (!dragged || !over) return;
  e.preventDefault();
  if (over === dragged) return;
  const items = [...list.children];
  if (items.indexOf(over) > items.indexOf(dragged)) over.after(dragged); else over.before(dragged);
});
list?.addEventListener('drop', e => {
  if (!dragged) return;
  e.preventDefault();
  const form = document.getElementById(list.dataset.order), move = document.createElement('input');
  move.type = 'hidden';
  move.name = 'move';
  move.value = `${dragged.dataset.photo}:${[...list.children].indexOf(dragged)}`;
  form.append(move);
  form.submit();
});
list?.addEventListener('dragend', e => { if (e.dataTransfer.dropEffect === 'none') location.reload(); });
