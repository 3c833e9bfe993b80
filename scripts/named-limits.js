/**
 * A rule of the linter for what ARCHITECTURE.md says under "Limits": a limit is a constant at the top of a file, with its unit
 * and its reason in a comment, and not a number in the middle of the code. Small numbers, HTTP statuses, 1000 (which
 * converts seconds) and file modes are none.
 */

/** What numbers below this mean stands beside them; from here on a number in a function needs a name. HTTP ends at 599. */
const least = 600;
/** The same where the call says that the number bounds something. */
const leastInBound = 32;
/** `2 ** 10` is 1,024. */
const leastExponent = 10;

const boundingCalls = new Set(['max', 'min', 'slice', 'dump', 'setInterval', 'setTimeout', 'timeout']);
/** They convert, and limit nothing. */
const units = new Set(['KiB', 'MiB', 'GiB', 'second', 'minute', 'hour', 'day']);

/**
 * Of a syntax tree (ESTree's, and Svelte's for templates) what is read here.
 * @typedef {{ readonly type: string, readonly parent: SyntaxNode, readonly value?: unknown, readonly raw?: string,
 *   readonly operator?: string, readonly argument?: SyntaxNode, readonly left?: SyntaxNode, readonly right?: SyntaxNode, readonly callee?: SyntaxNode,
 *   readonly property?: SyntaxNode, readonly name?: string, readonly key?: SyntaxNode,
 *   readonly arguments?: readonly SyntaxNode[] }} SyntaxNode
 */

/** @typedef {import('estree').Program['body'][number]} Statement */

/** @param {SyntaxNode} call */
function calledName({ callee }) {
  return callee?.property?.name ?? callee?.name ?? '';
}

/**
 * What runs: a function, and what Svelte makes one of.
 * @param {object} node
 */
function isCode(node) {
  const { type, callee } = /** @type {SyntaxNode} */ (node);
  return type.includes('Function') || callee?.name === '$derived' || callee?.name === '$state';
}

/**
 * A literal, or what is calculated from literals and named numbers.
 * @param {SyntaxNode | undefined} node
 * @returns {boolean}
 */
function isNumeric(node) {
  if (node?.type === 'UnaryExpression') return isNumeric(node.argument);
  if (node?.type !== 'BinaryExpression') return node?.type === 'Literal' && typeof node.value === 'number';
  const { left, right } = node;
  const isNamed = left?.type === 'Identifier' || right?.type === 'Identifier';
  return isNamed ? isNumeric(left) || isNumeric(right) : isNumeric(left) && isNumeric(right);
}

/**
 * @param {SyntaxNode} number
 * @param {boolean} inFunction
 */
function needsName(number, inFunction) {
  const { parent, raw } = number;
  const value = Number(number.value);
  if (value === 1000) return false;
  if (parent.arguments?.includes(number) === true && boundingCalls.has(calledName(parent))) {
    return value >= leastInBound;
  }
  if (parent.type === 'SvelteMustacheTag') return parent.parent.key?.name === 'maxlength';
  if (!inFunction || raw?.startsWith('0x') === true) return false;
  if (parent.operator === '**') return parent.right === number && value >= leastExponent;
  return value >= least;
}

/** @type {import('eslint').Rule.RuleModule} */
export const namedLimits = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      unnamed:
        'A limit needs a name at the top of a file, with its unit and its reason (ARCHITECTURE.md, "Limits").',
      uncommented: 'Say the unit of `{{name}}`, and why it is as large as that, in a comment above it.',
    },
  },
  create(context) {
    const { sourceCode } = context;

    /**
     * A comment that an empty line follows speaks of the file.
     * @param {Statement} statement
     */
    function isCommented(statement) {
      const end = sourceCode.getCommentsBefore(statement).at(-1)?.loc?.end;
      return end !== undefined && end.line + 1 === statement.loc?.start.line;
    }

    /** @param {readonly Statement[]} statements */
    function reportUncommented(statements) {
      for (const statement of statements) {
        const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
        if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue;
        const [declarator] = declaration.declarations;
        if (declarator?.id.type !== 'Identifier' || units.has(declarator.id.name)) continue;
        const init = /** @type {SyntaxNode | undefined} */ (/** @type {unknown} */ (declarator.init));
        if (!isNumeric(init) || isCommented(statement)) continue;
        context.report({ node: statement, messageId: 'uncommented', data: { name: declarator.id.name } });
      }
    }

    return {
      Literal(node) {
        if (typeof node.value !== 'number') return;
        const inFunction = sourceCode.getAncestors(node).some(isCode);
        const number = /** @type {SyntaxNode} */ (/** @type {unknown} */ (node));
        if (needsName(number, inFunction)) context.report({ node, messageId: 'unnamed' });
      },
      Program: ({ body }) => reportUncommented(body),
      /** @param {{ body: readonly Statement[] }} script Of a Svelte component. */
      SvelteScriptElement: ({ body }) => reportUncommented(body),
    };
  },
};
