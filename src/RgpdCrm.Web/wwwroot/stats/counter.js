// Counts a page: its path and the host before. No cookie, no identifier; not under Do Not Track or Global Privacy Control.
(() => {
  const script = document.currentScript, from = document.referrer && new URL(document.referrer).host;
  if (navigator.doNotTrack === '1' || navigator.globalPrivacyControl) return;
  fetch(new URL('hit', script.src), { method: 'POST', keepalive: true, credentials: 'omit', body: new URLSearchParams({ p: location.pathname, r: from }) }).catch(() => {});
})();
