/** How long a rest is that ends by itself. `until-tomorrow`: until the next morning on this computer. */
export const quietLengths = ['hour', 'eight-hours', 'until-tomorrow'] as const;
export type QuietLength = (typeof quietLengths)[number];
