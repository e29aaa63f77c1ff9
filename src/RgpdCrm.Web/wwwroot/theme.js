// "Comme le système": Bootstrap's dark colours need the attribute, which only the browser can choose.
if (!document.documentElement.dataset.bsTheme && matchMedia('(prefers-color-scheme: dark)').matches) document.documentElement.dataset.bsTheme = 'dark';
