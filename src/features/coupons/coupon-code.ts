/** Returns a code as it is stored: without surrounding spaces, in one Unicode form. */
export const codeOf = (code: string): string => code.trim().normalize('NFC');

/** Returns a code as it is compared: in one case. */
export const codeKeyOf = (code: string): string => codeOf(code).toLowerCase();
