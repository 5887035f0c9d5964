// A plug-in of clang-tidy: the checks look at the code of this project alone,
// not at each declaration of each header of the system below it, whose findings
// nobody would see. Three quarters of clang-tidy's time went there (clangd sets
// the same scope, for the same reason). What a declaration of ours refers to is
// still found, wherever it lies; the static analyzer is as it was.
#include <vector>

#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyModuleRegistry.h"

namespace {

using clang::ast_matchers::MatchFinder;

class OwnScope : public clang::tidy::ClangTidyCheck {
 public:
  using ClangTidyCheck::ClangTidyCheck;

  void registerMatchers(MatchFinder* finder) override {
    // The whole unit is visited first, its declarations thereafter.
    finder->addMatcher(clang::ast_matchers::translationUnitDecl(), this);
  }

  void check(const MatchFinder::MatchResult& result) override {
    std::vector<clang::Decl*> own;
    for (clang::Decl* declared :
         result.Context->getTranslationUnitDecl()->noload_decls()) {
      const clang::SourceLocation at = declared->getLocation();
      if (at.isValid() && !result.SourceManager->isInSystemHeader(
                              result.SourceManager->getExpansionLoc(at))) {
        own.push_back(declared);
      }
    }
    result.Context->setTraversalScope(own);
  }
};

class OwnScopeModule : public clang::tidy::ClangTidyModule {
 public:
  void addCheckFactories(
      clang::tidy::ClangTidyCheckFactories& factories) override {
    factories.registerCheck<OwnScope>("prewarm-own-scope");
  }
};

const clang::tidy::ClangTidyModuleRegistry::Add<OwnScopeModule> kRegistered(
    "prewarm", "");

}  // namespace
