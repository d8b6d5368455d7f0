// Lets a file be dropped anywhere on the page to try, and keeps what is too large from being sent in vain.
"use strict";
const form = document.getElementById("try");

if (form) {
  const { file, text } = form.elements;
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("dropping");
  });
  document.addEventListener("dragleave", () => form.classList.remove("dropping"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("dropping");
    if (event.dataTransfer.files.length) {
      file.files = event.dataTransfer.files;
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", (event) => {
    const bytes = (file.files[0] || new Blob([text.value])).size;
    if (bytes <= Number(form.dataset.most)) return;
    event.preventDefault();
    const sentence = document.createElement("p");
    sentence.className = "warning";
    sentence.textContent = form.dataset.tooLarge;
    document.getElementById("said").replaceChildren(sentence);
    scrollTo(0, 0);
  });
}
