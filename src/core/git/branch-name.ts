/** The name of a branch, and nothing that git, a path or an address could take for more: no `..`, no option, no other kind of reference. */
export const branchName = /^(?![-./])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))[\w./+#@-]*[\w+#-]$/;
