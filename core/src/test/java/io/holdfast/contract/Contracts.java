package io.holdfast.contract;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** All contracts there are. */
public final class Contracts {

  private Contracts() {}

  /**
   * The contracts that no class within {@code tests} takes on: promises that nobody would see
   * broken.
   */
  public static List<String> missingFrom(Class<?>... tests) {
    List<Class<?>> taken =
        Arrays.stream(tests).map(Class::getDeclaredClasses).flatMap(Arrays::stream).toList();
    return all()
        .filter(contract -> taken.stream().noneMatch(contract::isAssignableFrom))
        .map(Class::getSimpleName)
        .sorted()
        .toList();
  }

  static Stream<Class<?>> all() {
    return Found.ALL.stream();
  }

  /** Looking for them takes seconds. */
  private static final class Found {

    private static final List<Class<?>> ALL =
        new ClassFileImporter()
            .importPackages("io.holdfast.contract").stream()
                .filter(type -> type.isInterface() && type.isAssignableTo(StorageContract.class))
                .<Class<?>>map(JavaClass::reflect)
                .toList();
  }
}
