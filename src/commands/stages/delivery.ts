/** How a host comes by the jar: a release there has it, or all of it is sent. */
export type Delivery = { readonly kind: 'there'; readonly release: string } | { readonly kind: 'whole' };
