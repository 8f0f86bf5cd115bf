// `fragments: 'tree'` builds every element with createElement: no markup is ever parsed at run time, so the page
// works under `require-trusted-types-for 'script'` with no policy at all.
export default { compilerOptions: { runes: undefined, fragments: 'tree', css: 'external' } }
