// Nothing here is necessary: every page works without it.
for (const drop of document.querySelectorAll('[data-drop]')) {
  const files = drop.querySelector('input[type=file]');
  const over = (is) => (event) => { event.preventDefault(); drop.classList.toggle('over', is); };
  drop.addEventListener('dragover', over(true));
  drop.addEventListener('dragleave', over(false));
  drop.addEventListener('drop', (event) => { over(false)(event); files.files = event.dataTransfer.files; files.dispatchEvent(new Event('change')); });
}
for (const files of document.querySelectorAll('input[data-largest]')) {
  files.addEventListener('change', () => {
    const size = [...files.files].reduce((sum, file) => sum + file.size, 0);
    files.setCustomValidity(size > Number(files.dataset.largest) ? 'These files are larger than the page takes.' : '');
    files.reportValidity();
  });
}
