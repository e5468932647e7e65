(() => {
  'use strict';
  const video = document.getElementById('video');
  const all = (what) => [...document.querySelectorAll(what)];
  const reps = all('.rep[data-from]').map((card) => ({ card, from: +card.dataset.from, to: +card.dataset.to }));
  const still = matchMedia('(prefers-reduced-motion: reduce)');

  // One time for the whole page: the video's when there is one.
  let now = null;
  const plots = all('.plot').map((box) => {
    const from = +box.dataset.from, to = +box.dataset.to;
    const lines = [...box.closest('.chart').querySelectorAll('.now')].map((out) => ({ out, values: out.dataset.values.split(',') }));
    return { box, from, to, lines, cursor: box.querySelector('.cursor') };
  });

  const show = (t) => {
    now = t;
    for (const p of plots) {
      const share = (t - p.from) / (p.to - p.from);
      const inside = share >= 0 && share <= 1;
      p.cursor.style.display = inside ? 'block' : 'none';
      p.cursor.style.left = 100 * share + '%';
      for (const line of p.lines) {
        const value = inside ? line.values[Math.round(share * (line.values.length - 1))] : '';
        // A dash says "not seen then"; before and after what is drawn nothing is asked.
        line.out.textContent = value ? value.replace('-', '\u2212') : inside ? '\u2013' : '';
      }
      p.box.setAttribute('aria-valuenow', t.toFixed(1));
      p.box.setAttribute('aria-valuetext', t.toFixed(1) + ' seconds. ' + p.lines.map((l) => l.out.textContent).join(', '));
    }
    for (const rep of reps) rep.card.classList.toggle('current', t >= rep.from - 0.05 && t <= rep.to + 0.05);
  };

  const seek = (t, reveal) => {
    t = Math.max(0, t);
    if (video) {
      video.pause();
      video.currentTime = t;
      const box = video.getBoundingClientRect();
      if (reveal && (box.top < 0 || box.bottom > innerHeight)) video.scrollIntoView({ block: 'start', behavior: still.matches ? 'auto' : 'smooth' });
    }
    show(t);
  };

  for (const link of all('[data-t]')) {
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      seek(+link.dataset.t, true);
    });
  }

  for (const p of plots) {
    const time = (event) => {
      const box = p.box.getBoundingClientRect();
      return p.from + (p.to - p.from) * Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    };
    p.box.tabIndex = 0;
    p.box.setAttribute('role', 'slider');
    p.box.setAttribute('aria-label', p.box.dataset.title + ': time');
    p.box.setAttribute('aria-valuemin', p.from.toFixed(1));
    p.box.setAttribute('aria-valuemax', p.to.toFixed(1));
    p.box.addEventListener('pointerdown', (event) => { p.held = true; seek(time(event)); });
    p.box.addEventListener('pointermove', (event) => { if (p.held && event.buttons) seek(time(event)); });
    addEventListener('pointerup', () => { p.held = false; });
    p.box.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 0.1, ArrowLeft: -0.1, ArrowUp: 0.1, ArrowDown: -0.1, PageUp: 1, PageDown: -1 }[event.key];
      const to = step ? Math.min(p.to, Math.max(p.from, (now ?? p.from) + step)) : { Home: p.from, End: p.to }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      seek(to);
    });
  }

  if (video) {
    for (const name of ['timeupdate', 'seeked']) video.addEventListener(name, () => show(video.currentTime));
    const follow = () => { if (!video.paused) { show(video.currentTime); requestAnimationFrame(follow); } };
    video.addEventListener('play', follow);
  }
  // A second film, from the front, follows the first.
  const front = document.getElementById('front');
  if (video && front) {
    const { offset, drift, middle } = front.dataset;
    const there = (t) => Math.max(0, (t - offset - middle) / (1 + +drift) + +middle);
    const follow = (least) => { if (Math.abs(front.currentTime - there(video.currentTime)) > least) front.currentTime = there(video.currentTime); };
    video.addEventListener('seeked', () => follow(0.01));
    // Two decoders drift apart.
    video.addEventListener('timeupdate', () => follow(video.paused ? 0.01 : 0.12));
    video.addEventListener('play', () => { follow(0.01); front.play(); });
    video.addEventListener('pause', () => front.pause());
    video.addEventListener('ratechange', () => { front.playbackRate = video.playbackRate; });
    front.addEventListener('loadedmetadata', () => follow(0.01), { once: true });
  }
  document.documentElement.classList.add('script');
  // "report.html#t=12.3" opens at that moment, as links to a video file do.
  const asked = /^#t=([\d.]+)$/.exec(location.hash);
  if (asked) seek(+asked[1]);
  else show(video ? 0 : plots.length ? plots[0].from : 0);
})();
