package io.holdfast.migration.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Unmatched argument: 'postgresql://app:hunter2@db/app'",
        "postgresql://app:hunter2@db:5432/app?schema=s refused",
        "postgresql://app:hunter2%40x@db/app",
        "postgresql://app:hunter2@hunter2@db/app",
        "--to=postgresql://db/app?user=app&password=hunter2&schema=s",
        "postgresql://:hunter2@db/app",
        "was postgresql:app:hunter2@db/app",
        "was postgres:hunter2@db/app",
        "was postgresql:/app:hunter2@db/app",
      })
  void removes_passwords(String text) {
    assertThat(Secrets.removeFrom(text)).doesNotContain("hunter2").contains("***", "db");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Job a:b@c is at version 5",
        "file:/var/lib/app",
        "postgresql://app@db:5432/app",
        "12:30:01"
      })
  void leaves_everything_else_alone(String text) {
    assertThat(Secrets.removeFrom(text)).isEqualTo(text);
  }
}
