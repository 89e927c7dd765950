/** The release of this package, as its manifest has it; a store remembers which one changed it last. */
export const RELEASE = "0.1.0"
