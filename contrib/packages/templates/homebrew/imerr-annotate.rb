class ImerrAnnotate < Formula
  desc "Finds Tencent Cloud IM (Chat) error codes in logs and explains them"
  homepage "@REPOSITORY@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@RELEASE@/imerr-annotate-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256 aarch64-apple-darwin@"
    end
    on_intel do
      url "@RELEASE@/imerr-annotate-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256 x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "@RELEASE@/imerr-annotate-@VERSION@-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256 aarch64-unknown-linux-gnu@"
    end
    on_intel do
      url "@RELEASE@/imerr-annotate-@VERSION@-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256 x86_64-unknown-linux-gnu@"
    end
  end

  def install
    bin.install "imerr-annotate"
    man1.install Dir["man/man1/*.1"]
    (man/"zh_CN/man1").install Dir["man/zh_CN/man1/*.1"]
    bash_completion.install "complete/bash" => "imerr-annotate"
    zsh_completion.install "complete/zsh" => "_imerr-annotate"
    fish_completion.install "complete/fish" => "imerr-annotate.fish"
  end

  test do
    assert_match "ERR_USER_SIG_EXPIRED", shell_output("#{bin}/imerr-annotate explain 6206")
  end
end
