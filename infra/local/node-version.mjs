const NEEDED = [20, 19];

/** Says so in one sentence and returns true when this Node is older than Brook runs on. */
export function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return false;
  process.stderr.write(
    `Brook needs Node ${NEEDED.join('.')} or newer and this is Node ${process.versions.node}: install a newer one from https://nodejs.org.\n`,
  );
  return true;
}
