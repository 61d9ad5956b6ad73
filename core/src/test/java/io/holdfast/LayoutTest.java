package io.holdfast;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.holdfast.contract.LayoutRules;

@AnalyzeClasses(packages = "io.holdfast", importOptions = DoNotIncludeTests.class)
class LayoutTest {

  @ArchTest
  static final ArchRule nobody_blocks_or_subscribes = LayoutRules.NOBODY_BLOCKS_OR_SUBSCRIBES;

  @ArchTest
  static final ArchRule names_say_what_a_class_does = LayoutRules.NAMES_SAY_WHAT_A_CLASS_DOES;

  @ArchTest static final ArchRule core_knows_no_backend = LayoutRules.CORE_KNOWS_NO_BACKEND;
  @ArchTest static final ArchRule core_touches_no_files = LayoutRules.CORE_TOUCHES_NO_FILES;
}
