/** The part of css-tree that is used here; the package comes without types. https://github.com/csstree/csstree/blob/master/docs/ast.md */
declare module "css-tree/parser" {
	export interface CssNode {
		readonly type: string;
		readonly name?: string;
		readonly property?: string;
		readonly important?: boolean | string;
		readonly value?: string | CssNode;
		readonly unit?: string;
		readonly prelude?: CssNode | null;
		readonly block?: CssNode | null;
		readonly children?: Iterable<CssNode> | null;
	}
	export default function parse(source: string, options?: { readonly onParseError?: (error: Error) => void }): CssNode;
}
declare module "css-tree/generator" {
	import type { CssNode } from "css-tree/parser";
	export default function generate(node: CssNode): string;
}
