/** What the host (`../instance.ts`) does for the kernel. */

/**
 * Gives the record back: it is not one that the kernel takes. Does not return, since the host throws; whoever reads the
 * record instead, the plain transform, tells what is wrong with it, or makes its rows.
 */
export declare function reject(): void;
