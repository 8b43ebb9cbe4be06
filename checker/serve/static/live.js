"use strict";
// Asks every few seconds how far a running check is; without it the page is the same, and stands still.
(() => {
  const box = document.getElementById("live");
  if (!box) return;
  const list = box.querySelector("ul");
  let wasRunning = !box.hidden;
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch("/live", { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok) return;
      const { running } = await answer.json();
      list.replaceChildren(
        ...running.map((text) => {
          const line = document.createElement("li");
          line.textContent = text;
          return line;
        }),
      );
      box.hidden = running.length === 0;
      document.getElementById("ended").hidden = !(wasRunning && running.length === 0);
      wasRunning = wasRunning || running.length > 0;
    } catch {
      // The page is closed, or the program ended: what stands there stays.
    }
  };
  setInterval(ask, 4000);
})();
