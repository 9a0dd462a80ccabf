/** Returns the number in an id: 12 of `Appointment:12`. */
export const numberOf = (id: string): number => Number(id.split(':')[1]);
