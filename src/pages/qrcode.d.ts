/** The part of the package `qrcode` that is used here: it comes without types. */
declare module "qrcode" {
	export function create(text: string): { readonly modules: { readonly size: number; readonly data: Uint8Array } };
}
