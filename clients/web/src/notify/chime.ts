let context: AudioContext | null = null;
let lastAt = Number.NEGATIVE_INFINITY;

/** Two soft notes, at most every two seconds; silent until the person has touched the page, as browsers demand. */
export function chime(): void {
  if (!navigator.userActivation.hasBeenActive || performance.now() - lastAt < 2_000) return;
  lastAt = performance.now();
  context ??= new AudioContext();
  const from = context.currentTime;
  for (const [frequency, delay] of [
    [660, 0],
    [880, 0.09],
  ] as const) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.type = 'sine';
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, from + delay);
    volume.gain.linearRampToValueAtTime(0.07, from + delay + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + delay + 0.35);
    tone.connect(volume).connect(context.destination);
    tone.start(from + delay);
    tone.stop(from + delay + 0.4);
  }
}
