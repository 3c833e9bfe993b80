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
 *   readonly operator?: string, readonly left?: SyntaxNode, readonly right?: SyntaxNode, readonly callee?: SyntaxNode,
 *   readonly property?: SyntaxNode, readonly name?: string, readonly key?: SyntaxNode,
 *   readonly arguments?: readonly SyntaxNode[] }} SyntaxNode
 */

/** @param {SyntaxNode} call */
function calledName({ callee }) {
  return callee?.property?.name ?? callee?.name ?? '';
}

/**
 * A literal, or what is calculated from literals and named numbers.
 * @param {SyntaxNode | undefined} node
 * @returns {boolean}
 */
function isNumeric(node) {
  if (node?.type !== 'BinaryExpression') return node?.type === 'Literal' && typeof node.value === 'number';
  return isNumeric(node.left) && (node.right?.type === 'Identifier' || isNumeric(node.right));
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
    return {
      Literal(node) {
        if (typeof node.value !== 'number') return;
        const inFunction = sourceCode.getAncestors(node).some(({ type }) => type.includes('Function'));
        const number = /** @type {SyntaxNode} */ (/** @type {unknown} */ (node));
        if (needsName(number, inFunction)) context.report({ node, messageId: 'unnamed' });
      },
      Program({ body }) {
        for (const statement of body) {
          const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
          if (declaration?.type !== 'VariableDeclaration') continue;
          const [declarator] = declaration.declarations;
          if (declarator?.id.type !== 'Identifier' || units.has(declarator.id.name)) continue;
          const init = /** @type {SyntaxNode | undefined} */ (/** @type {unknown} */ (declarator.init));
          if (!isNumeric(init) || sourceCode.getCommentsBefore(statement).length > 0) continue;
          const data = { name: declarator.id.name };
          context.report({ node: statement, messageId: 'uncommented', data });
        }
      },
    };
  },
};
