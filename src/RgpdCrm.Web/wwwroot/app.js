// Shortcuts; every page works without them.
const typing = e => e.target.closest('input, textarea, select, [contenteditable]');

document.querySelector('[data-error-summary]')?.focus();

document.addEventListener('keydown', e => {
  const single = document.documentElement.dataset.shortcuts !== 'off';
  if ((e.key === '/' && single && !typing(e)) || (e.key.toLowerCase() === 'k' && (e.ctrlKey || e.metaKey))) {
    e.preventDefault();
    document.querySelector('.top input[type=search]')?.focus();
    return;
  }
  if (!single || typing(e) || e.ctrlKey || e.metaKey || e.altKey || !['j', 'k'].includes(e.key.toLowerCase())) return;
  const openers = document.querySelectorAll('[data-jk] a[data-jk-open]');
  const rows = [...(openers.length ? openers : document.querySelectorAll('[data-jk] .who'))];
  if (rows.length === 0) return;
  const at = rows.findIndex(r => r.closest('tr')?.classList.contains('open') || r === document.activeElement);
  const next = rows[e.key.toLowerCase() === 'j' ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0)];
  next.focus();
  if (next.dataset.jkOpen !== undefined) next.click();
});

document.querySelector('[data-pick-all]')?.addEventListener('change', e => {
  document.querySelectorAll('.pick input[type=checkbox]').forEach(c => { c.checked = e.target.checked; });
});
document.querySelectorAll('[data-print]').forEach(b => { b.hidden = false; b.addEventListener('click', () => print()); });

// A field that offers what the server finds for the text so far.
document.querySelectorAll('input[data-suggest]').forEach(input => {
  let waiting;
  input.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(input.value)}`);
      if (answer.ok) input.list.innerHTML = await answer.text();
    }, 150);
  });
});
