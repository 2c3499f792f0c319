; Inno Setup: installs for the current user, without administrator rights.
; iscc /DVersion=0.1.0 packaging\windows\pentimento.iss
#ifndef Version
  #error Give the version: iscc /DVersion=...
#endif

[Setup]
AppId={{6D0B3C36-6E0E-4C0C-9C4F-2F6F0D5C3A11}
AppName=Pentimento
AppVersion={#Version}
AppPublisher=The Pentimento developers
DefaultDirName={autopf}\Pentimento
DefaultGroupName=Pentimento
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesAssociations=yes
ChangesEnvironment=yes
Compression=lzma2/max
SolidCompression=yes
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\build\package\pentimento.ico
UninstallDisplayIcon={app}\pentimento.exe
OutputDir=..\..\dist
OutputBaseFilename=pentimento-{#Version}-windows-x64

[Files]
Source: "..\..\dist\pentimento\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{autoprograms}\Pentimento"; Filename: "{app}\pentimento.exe"

[Tasks]
Name: "associate"; Description: "Open OpenRaster pictures (.ora) with Pentimento"
Name: "openwith"; Description: "Offer Pentimento for PNG, JPEG, WebP, TIFF and BMP pictures"

[Registry]
Root: HKCU; Subkey: "Software\Classes\Pentimento.ora"; ValueType: string; ValueData: "OpenRaster picture"; Flags: uninsdeletekey; Tasks: associate
Root: HKCU; Subkey: "Software\Classes\Pentimento.ora\DefaultIcon"; ValueType: string; ValueData: "{app}\pentimento.exe,0"; Tasks: associate
Root: HKCU; Subkey: "Software\Classes\Pentimento.ora\shell\open\command"; ValueType: string; ValueData: """{app}\pentimento.exe"" ""%1"""; Tasks: associate
Root: HKCU; Subkey: "Software\Classes\.ora"; ValueType: string; ValueData: "Pentimento.ora"; Flags: uninsdeletevalue; Tasks: associate
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\shell\open\command"; ValueType: string; ValueData: """{app}\pentimento.exe"" ""%1"""; Flags: uninsdeletekey; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".png"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".jpg"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".jpeg"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".webp"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".tif"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".tiff"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".bmp"; ValueData: ""; Tasks: openwith

[Run]
Filename: "{app}\pentimento.exe"; Description: "Start Pentimento"; Flags: postinstall nowait skipifsilent
