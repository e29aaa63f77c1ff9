// The captcha of the public form; the form works without it.
const form = document.querySelector('[data-inquiry]');
const place = form?.querySelector('[data-altcha]');
const google = form?.querySelector('[data-recaptcha]');

if (place) {
  await import('/lib/altcha/altcha.min.js');
  const language = document.documentElement.lang;
  $altcha.i18n.set(language, { ...$altcha.i18n.get('en'), ...place.dataset });
  $altcha.algorithms.set('PBKDF2/SHA-256', () => new Worker('/lib/altcha/pbkdf2.js'));
  const widget = document.createElement('altcha-widget');
  const settings = { hideLogo: true, hideFooter: true, humanInteractionSignature: false };
  Object.entries({ challenge: '/contact/challenge', name: 'Captcha', auto: 'onfocus', language, configuration: JSON.stringify(settings) })
    .forEach(([name, value]) => widget.setAttribute(name, value));
  place.append(widget);
  // Sent while the work is still going on, it goes as soon as the work is done.
  form.addEventListener('submit', e => {
    if (widget.getState?.() !== 'verifying') return;
    e.preventDefault();
    widget.addEventListener('statechange', () => setTimeout(() => form.requestSubmit()), { once: true });
  });
}

if (google) {
  form.addEventListener('submit', e => {
    if (google.value || e.submitter?.name === 'accept' || !globalThis.grecaptcha) return;
    e.preventDefault();
    grecaptcha.ready(() => grecaptcha.execute(google.dataset.recaptcha, { action: 'inquiry' })
      .then(token => { google.value = token; }, () => {}).finally(() => form.submit()));
  });
}
