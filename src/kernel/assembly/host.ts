/** What the host (`../instance.ts`) does for the kernel. */

/**
 * Gives the record back: it is not one that the kernel takes. Does not return, since the host throws; whoever reads the
 * record instead, the plain transform, tells what is wrong with it, or makes its rows.
 */
export declare function reject(): void;

/** Reads a number of JSON, exactly rounded. Infinity is one that is too large. */
export declare function parseDouble(at: usize, end: usize): f64;

/** The number that the text is the name of, or rejects the record. `enumeration` as numbered in the schema. */
export declare function enumNumber(enumeration: u32, at: usize, end: usize): u32;
