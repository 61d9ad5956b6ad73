package io.holdfast.migration;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import org.reactivestreams.Publisher;

/** The house rules that the build can check. */
@AnalyzeClasses(packages = "io.holdfast.migration", importOptions = DoNotIncludeTests.class)
class LayoutTest {

  private static final Set<String> BLOCKING =
      Set.of(
          "block",
          "blockFirst",
          "blockLast",
          "blockOptional",
          "toIterable",
          "toStream",
          "toFuture");

  @ArchTest
  static final ArchRule commands_wait_in_one_place =
      noClasses()
          .that()
          .doNotHaveSimpleName("Await")
          .should()
          .callMethodWhere(describe("blocks or subscribes", LayoutTest::blocksOrSubscribes));

  @ArchTest
  static final ArchRule the_tool_knows_no_backend =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.holdfast.postgres..", "io.holdfast.file..", "io.r2dbc..");

  @ArchTest
  static final ArchRule only_the_demo_starts_a_database =
      noClasses()
          .that()
          .resideOutsideOfPackage("..demo")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.zonky..");

  @ArchTest
  static final ArchRule packages_point_one_way =
      slices().matching("io.holdfast.migration.(*)..").should().beFreeOfCycles();

  private static boolean blocksOrSubscribes(JavaMethodCall call) {
    boolean onPublisher = call.getTargetOwner().isAssignableTo(Publisher.class);
    // The storage's own subscribe returns a Flux, and starts nothing.
    return onPublisher && (BLOCKING.contains(call.getName()) || call.getName().equals("subscribe"));
  }
}
