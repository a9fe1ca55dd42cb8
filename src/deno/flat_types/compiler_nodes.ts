/**
 * The part of the compiler's syntax tree that the types of responses need, declared as in `compiler.ts`.
 *
 * @module
 */

/** A node of the syntax tree; which members it has depends on its kind. */
export interface SyntaxNode {
  /** What is called, returned, read or put in parentheses. */
  readonly expression?: SyntaxNode;
  /** The arguments of a call. */
  readonly arguments?: readonly SyntaxNode[];
  /** The value of a variable or a property. */
  readonly initializer?: SyntaxNode;
  /** The body of a function. */
  readonly body?: SyntaxNode;
  /** The branches of a condition. */
  readonly whenTrue?: SyntaxNode;
  readonly whenFalse?: SyntaxNode;
  /** The name of a property. */
  readonly name?: SyntaxNode;
  /** The properties of an object. */
  readonly properties?: readonly SyntaxNode[];
  getText(): string;
  getSourceFile(): { readonly fileName: string };
}

/** The functions that tell kinds of nodes apart. */
export interface NodeKinds {
  isArrowFunction(node: SyntaxNode): boolean;
  isBlock(node: SyntaxNode): boolean;
  isCallExpression(node: SyntaxNode): boolean;
  isClassLike(node: SyntaxNode): boolean;
  isConditionalExpression(node: SyntaxNode): boolean;
  isFunctionDeclaration(node: SyntaxNode): boolean;
  isFunctionExpression(node: SyntaxNode): boolean;
  isFunctionLike(node: SyntaxNode): boolean;
  isIdentifier(node: SyntaxNode): boolean;
  isNewExpression(node: SyntaxNode): boolean;
  isObjectLiteralExpression(node: SyntaxNode): boolean;
  isParenthesizedExpression(node: SyntaxNode): boolean;
  isPropertyAccessExpression(node: SyntaxNode): boolean;
  isReturnStatement(node: SyntaxNode): boolean;
  isVariableDeclaration(node: SyntaxNode): boolean;
  forEachChild(node: SyntaxNode, visit: (child: SyntaxNode) => void): void;
}
