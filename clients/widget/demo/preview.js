/* Shows the widget with the settings of the address's query, opened: the preview of the admin console. */
const script = document.createElement('script');
script.src = '/widget.js';
for (const [name, value] of new URLSearchParams(location.search)) script.dataset[name] = value;
script.addEventListener('load', () => window.Brook?.open());
document.head.append(script);
