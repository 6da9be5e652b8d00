import ts from 'typescript';

/** The functions around a node, the innermost first. */
function* functionsAround(node: ts.Node): Generator<ts.SignatureDeclaration> {
  for (let at = node; !ts.isSourceFile(at); at = at.parent)
    if (at !== node && ts.isFunctionLike(at)) yield at;
}

/** What holds a function without a name of its own: a variable, a property. */
function nameOf(declaration: ts.Node): string | undefined {
  if (ts.isConstructorDeclaration(declaration)) return 'constructor';
  const named =
    ts.isFunctionDeclaration(declaration) ||
    ts.isMethodDeclaration(declaration) ||
    ts.isGetAccessor(declaration) ||
    ts.isVariableDeclaration(declaration) ||
    ts.isPropertyAssignment(declaration) ||
    ts.isPropertyDeclaration(declaration);
  if (!named) return undefined;
  const { name } = declaration;
  return name !== undefined && ts.isIdentifier(name) ? name.text : undefined;
}

/** The nearest named function around a node; a file's own statements are in `module`. */
export function functionNameAt(node: ts.Node): string {
  for (const around of functionsAround(node)) {
    const name = nameOf(around) ?? nameOf(around.parent);
    if (name !== undefined) return name;
  }
  return 'module';
}

/** Whether a function is around the node. */
export const isInFunction = (node: ts.Node): boolean => !functionsAround(node).next().done;

/** The names that functions around the node declare, as parameters or as variables. */
export function namesAt(node: ts.Node): ReadonlySet<string> {
  const names = new Set<string>();
  const bind = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) bind(element.name);
  };
  for (const around of functionsAround(node)) {
    for (const { name } of around.parameters) bind(name);
    const body = 'body' in around ? around.body : undefined;
    if (body === undefined || !ts.isBlock(body)) continue;
    for (const statement of body.statements)
      if (ts.isVariableStatement(statement) && statement.end <= node.pos + 1)
        for (const { name } of statement.declarationList.declarations) bind(name);
  }
  return names;
}

/** The last name of what is called: `client.set(...)` is `set`. */
export function calleeName(call: ts.CallExpression): string {
  const { expression } = call;
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text;
  return ts.isIdentifier(expression) ? expression.text : '';
}

/** The call without the `.catch(...)`, `.then(...)` and `.finally(...)` behind it. */
export function withoutHandlers(node: ts.Expression): ts.Expression {
  let inner = node;
  while (
    ts.isCallExpression(inner) &&
    ts.isPropertyAccessExpression(inner.expression) &&
    ['catch', 'then', 'finally'].includes(inner.expression.name.text)
  )
    inner = inner.expression.expression;
  return inner;
}

const observed = /^(this\.)?(resources\.)?(log|counters|meter)\b|\.(log|counters|meter)\.|^super\(/;

/** Whether a statement only tells somebody: it logs, counts or measures. */
export const isReport = (statement: ts.Statement): boolean =>
  ts.isExpressionStatement(statement) && observed.test(statement.expression.getText());

const told = new Set(['defineSettings', 'integer', 'oneOf', 'flag', 'text', 'deriveSettings']);

/**
 * Whether a node is nothing that runs in a claim: types, imports, declared settings, and the texts
 * of errors.
 */
export function isAside(node: ts.Node): boolean {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isTypeNode(at) || ts.isImportDeclaration(at) || ts.isInterfaceDeclaration(at))
      return true;
    if (ts.isModuleDeclaration(at) || ts.isTypeAliasDeclaration(at)) return true;
    if (ts.isExportDeclaration(at)) return true;
    if (ts.isCallExpression(at) && told.has(calleeName(at))) return true;
    if (ts.isCallExpression(at) && observed.test(at.getText())) return true;
    if (
      ts.isNewExpression(at) &&
      /Verdict|Error|Faults|Claim|Snapshot/.test(at.expression.getText())
    )
      return true;
    if (ts.isPropertyAssignment(at) && ['summary', 'guarantees'].includes(at.name.getText()))
      return true;
  }
  return false;
}
