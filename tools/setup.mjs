/**
 * Setup: makes sure that the repository's dependencies are there, before `npm test`, `npm run quickstart` and others.
 *
 * Silent and quick when all is well. Otherwise it says what it does while it does it, and what to install when
 * something is absent. It uses nothing but Node, and this first file only syntax that every Node with ES modules
 * can read, so that an old one gets a sentence instead of a stack trace.
 */

const NEEDED = [20, 19]

const version = process.versions.node.split(".").map(Number)
const isNewEnough = version[0] > NEEDED[0] || (version[0] === NEEDED[0] && version[1] >= NEEDED[1])

if (isNewEnough) {
  import("./setup/state.mjs").then((state) => {
    if (!state.isReady()) return import("./setup/install.mjs").then((setup) => setup.install())
  })
} else {
  console.error(
    [
      `Anbud needs Node.js ${NEEDED.join(".")} or newer; this is ${process.versions.node} (${process.execPath}).`,
      "Install a newer one, for example the LTS from https://nodejs.org, or with a version manager:",
      "  nvm install 22      fnm install 22      volta install node@22",
    ].join("\n"),
  )
  process.exitCode = 1
}
