// The browser makes or shows a passkey; what it answers leaves with the form. Without support, and under an IP address, the form stays hidden.
document.querySelectorAll('form[data-passkey]').forEach(form => {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON || /^[\d.]+$|:/.test(location.hostname)) return;
  form.hidden = false;
  const fault = form.querySelector('[role=alert]');
  form.addEventListener('submit', async e => {
    e.preventDefault();
    fault.hidden = true;
    try {
      const asked = JSON.parse(form.dataset.passkey);
      const answer = 'passkeyNew' in form.dataset
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
      form.elements.Credential.value = JSON.stringify(answer);
      form.submit();
    } catch {
      fault.hidden = false;
      fault.focus();
    }
  });
});
