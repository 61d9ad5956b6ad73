package io.holdfast.contract;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import org.reactivestreams.Publisher;

/**
 * What the main code of every module keeps to, for ArchUnit. Each module names those that are for
 * it in its {@code LayoutTest}.
 */
public final class LayoutRules {

  /** For every module: publishers are handed on, never waited for. */
  public static final ArchRule NOBODY_BLOCKS_OR_SUBSCRIBES =
      noClasses()
          .should()
          .callMethodWhere(
              target(owner(assignableTo(Publisher.class)))
                  .and(target(nameMatching("block.*|subscribe|toIterable|toStream"))))
          .because("the caller decides when work starts, and no thread is to wait for it");

  /** For every module: a name tells the job. */
  public static final ArchRule NAMES_SAY_WHAT_A_CLASS_DOES =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .because("a class is named for its job");

  /** For core. */
  public static final ArchRule CORE_KNOWS_NO_BACKEND =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.holdfast.postgres..",
              "io.holdfast.file..",
              "io.holdfast.migration..",
              "io.r2dbc..",
              "org.postgresql..",
              "java.sql..")
          .because("dependencies point from the backends to core");

  /** For core. */
  public static final ArchRule CORE_TOUCHES_NO_FILES =
      noClasses()
          .should()
          .dependOnClassesThat(
              assignableTo(File.class)
                  .or(describe("files", type -> type.getPackageName().startsWith("java.nio.file")))
                  .or(
                      describe(
                          "file streams",
                          type -> type.getName().matches("java\\.io\\.(File|RandomAccess).*"))))
          .because("core promises, and does no I/O");

  private LayoutRules() {}
}
