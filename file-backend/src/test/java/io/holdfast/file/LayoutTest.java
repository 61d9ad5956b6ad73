package io.holdfast.file;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.holdfast.contract.LayoutRules;

/** The house rules that the build can check. */
@AnalyzeClasses(packages = "io.holdfast.file", importOptions = DoNotIncludeTests.class)
class LayoutTest {

  @ArchTest static final ArchRule BLOCKING = LayoutRules.NOBODY_BLOCKS_OR_SUBSCRIBES;
}
