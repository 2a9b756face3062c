/* Small helps. Every page works without this file; nothing here decides anything. */
(function () {
  "use strict";

  var LEAVE = "/leave";
  var SHIFTS = 3;
  var SHIFTS_WITHIN_MS = 3000;
  var BUSY_FOR_MS = 8000; // a form that only starts a download leaves no other sign of being done

  var announcer = document.getElementById("announcer");

  function announce(words) {
    if (announcer && words) {
      announcer.textContent = "";
      window.setTimeout(function () { announcer.textContent = words; }, 60);
    }
  }

  /* Leaving quickly: no trace in the back button, nothing left to see while the next page loads. */
  function leave() {
    document.documentElement.classList.add("leaving");
    document.title = "\u200b";
    window.location.replace(LEAVE);
  }

  var shifts = [];
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Shift") { shifts = []; return; }
    if (event.repeat) { return; }
    shifts = shifts.concat(event.timeStamp).slice(-SHIFTS);
    if (shifts.length === SHIFTS && event.timeStamp - shifts[0] < SHIFTS_WITHIN_MS) { leave(); }
  });

  /* One tap, one post: a second submit of the same form waits until the first has answered. */
  function setBusy(form, busy) {
    if (busy) { form.dataset.busy = "1"; } else { delete form.dataset.busy; }
    form.querySelectorAll("button").forEach(function (button) {
      if (busy) { button.setAttribute("aria-disabled", "true"); } else { button.removeAttribute("aria-disabled"); }
    });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.busy) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.busy = "1";
    window.setTimeout(function () { if (form.dataset.busy) { setBusy(form, true); } }, 0);
    window.setTimeout(function () { setBusy(form, false); }, BUSY_FOR_MS);
  }, true);

  function freeAll() { document.querySelectorAll("form[data-busy]").forEach(function (form) { setBusy(form, false); }); }
  window.addEventListener("pageshow", freeAll);
  document.addEventListener("htmx:afterRequest", freeAll);

  document.addEventListener("htmx:sendError", function () { announce(announcer.dataset.offline); });
  document.addEventListener("htmx:responseError", function () { announce(announcer.dataset.failed); });

  /* Three words to choose from: shown as text, because they have to be read to be kept. */
  function propose(button) {
    window.fetch("/words", { credentials: "same-origin", headers: { Accept: "text/plain" } })
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer.status); })
      .then(function (text) {
        var words = text.trim();
        button.dataset.proposePassphrase.split(" ").forEach(function (id) {
          var field = document.getElementById(id);
          if (field) { field.type = "text"; field.value = words; }
        });
        announce((button.dataset.said || "") + " " + words);
      })
      .catch(function () { announce(announcer.dataset.failed); });
  }

  function togglePassphrase(button) {
    var field = document.getElementById(button.getAttribute("aria-controls"));
    var shown = field.type === "password";
    var wrapper = button.closest("[data-module]");
    var word = function (key, fallback) { return wrapper.getAttribute("data-i18n." + key) || fallback; };
    field.type = shown ? "text" : "password";
    button.textContent = shown ? word("hide-password", "Hide") : word("show-password", "Show");
    button.setAttribute("aria-label", shown ? word("hide-password-aria-label", "Hide") : word("show-password-aria-label", "Show"));
    announce(shown ? word("password-shown-announcement", "") : word("password-hidden-announcement", ""));
  }

  document.addEventListener("click", function (event) {
    var pressed = event.target.closest("[data-leave],[data-print],[data-propose-passphrase],.govuk-js-password-input-toggle");
    if (!pressed) { return; }
    if (pressed.matches("[data-leave]")) { event.preventDefault(); leave(); }
    else if (pressed.matches("[data-print]")) { window.print(); }
    else if (pressed.matches("[data-propose-passphrase]")) { propose(pressed); }
    else { togglePassphrase(pressed); }
  });

  /* A passphrase on the screen is hidden again before it is sent, so that no browser keeps it as ordinary text. */
  document.addEventListener("submit", function (event) {
    event.target.querySelectorAll(".govuk-js-password-input-input").forEach(function (field) { field.type = "password"; });
  });

  /* What needs script is hidden in the page and shown here. */
  function reveal(root) {
    root.querySelectorAll("[data-print],[data-propose-passphrase],.govuk-js-password-input-toggle").forEach(function (one) { one.hidden = false; });
  }
  reveal(document);
  document.addEventListener("htmx:load", function (event) { reveal(event.target); });

  /* After a refused form, the list of what to put right comes first. */
  var summary = document.querySelector(".govuk-error-summary");
  if (summary) { summary.tabIndex = -1; summary.focus(); }
})();
